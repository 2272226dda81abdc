package dev.offboarding.database;

import dev.offboarding.kit.AtExit;
import dev.offboarding.run.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Another program that works on a folder, until its input ends; it does not close its database. */
final class ProgramOnAFolder {
    ProgramOnAFolder() {}

    public static void main(String[] args) throws IOException {
        if (args[1].equals("lock")) {
            System.out.println(
                    FolderLock.tryAcquire(Path.of(args[0]), Access.OWN).isPresent() ? "taken" : "refused");
            return;
        }
        boolean run = args[1].equals("run");
        Database database =
                Database.open(new StandardEnvironment(), Path.of(args[0]), run ? Access.OWN : Access.valueOf(args[1]));
        JdbcClient jdbc = JdbcClient.create(database.dataSource());
        jdbc.sql("create table if not exists public.note (text text)").update();
        jdbc.sql("insert into public.note values ('written before the end')").update();
        if (run) {
            AtExit.run(() -> {
                jdbc.sql("select 1 from pg_sleep(0.5)").query(Integer.class).single();
                jdbc.sql("insert into public.note values ('written while the program ended')")
                        .update();
            });
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // until whoever started it lets go
        }
    }

    static Process start(Path folder, String mode, String... options) throws IOException {
        return start(folder, Map.of(), mode, options);
    }

    /** @param environment beside this process's own */
    static Process start(Path folder, Map<String, String> environment, String mode, String... options)
            throws IOException {
        List<String> command = new ArrayList<>(ChildJvm.command("-Xmx256m"));
        command.addAll(List.of(options));
        command.addAll(List.of(ProgramOnAFolder.class.getName(), folder.toString(), mode));
        ProcessBuilder program = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        program.environment().putAll(environment);
        return program.start();
    }

    /** Reads what it says until it says this; fails if it ends before. */
    static void awaitWord(Process process, String word) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.equals(word)) {
                return;
            }
        }
        throw new AssertionError("The other program ended before it said " + word);
    }
}
