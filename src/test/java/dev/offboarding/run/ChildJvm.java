package dev.offboarding.run;

import dev.offboarding.Offboarding;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How a test starts the program in a process of its own: for a life that is short. To read and check classes is a third of such a life, so
 * whoever starts the first of a build has them archived for all others. Where there is no archive, or none yet, it starts without.
 */
public final class ChildJvm {

    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** An archive that cannot be used is done without, and nothing is said of it where somebody reads what the program says. */
    private static final List<String> SILENTLY = List.of("-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr");

    private static final long PATIENCE_SECONDS = 120;

    private static @Nullable ChildJvm ofThisBuild;

    private final Path folder;
    private final Path classes;
    private final List<String> libraries;
    private final List<String> folders;

    private ChildJvm(Path classes) {
        this.folder = classes.resolveSibling("program-archive");
        this.classes = classes;
        List<String> all = Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
        this.libraries = all.stream()
                .filter(entry -> Files.isRegularFile(Path.of(entry)))
                .toList();
        this.folders = all.stream()
                .filter(entry -> Files.isDirectory(Path.of(entry)))
                .filter(entry -> !Path.of(entry).toAbsolutePath().equals(classes))
                .toList();
    }

    /**
     * The command up to the class to start.
     *
     * @param heap as in {@code -Xmx256m}
     */
    public static List<String> command(String heap) {
        return ofThisBuild().started(heap);
    }

    private static synchronized ChildJvm ofThisBuild() {
        if (ofThisBuild == null) {
            try {
                ofThisBuild = new ChildJvm(Path.of(Offboarding.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()));
                ofThisBuild.archive();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return ofThisBuild;
    }

    private Path archived() {
        return folder.resolve("program.jsa");
    }

    private Path jar() {
        return folder.resolve("program.jar");
    }

    /** Classes in folders are not archived, so what is asked for first is a jar of them. */
    private String archivedClassPath() {
        return jar() + File.pathSeparator + String.join(File.pathSeparator, libraries);
    }

    private List<String> started(String heap) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SHORT_LIVED);
        command.add(heap);
        if (Files.exists(archived())) {
            command.addAll(SILENTLY);
            command.add("-XX:SharedArchiveFile=" + archived());
            command.add("-cp");
            command.add(Stream.concat(Stream.of(archivedClassPath()), folders.stream())
                    .collect(Collectors.joining(File.pathSeparator)));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        }
        return command;
    }

    /** Another JVM of the same build may be at it: then it is not waited for. */
    private void archive() throws Exception {
        Files.createDirectories(folder);
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return;
            }
            String key = key();
            Path of = folder.resolve("of");
            if (Files.exists(archived())
                    && Files.exists(of)
                    && Files.readString(of).equals(key)) {
                return;
            }
            Files.deleteIfExists(archived());
            try (Scene scene = Scene.set()) {
                writeJar();
                Path made = folder.resolve("made.jsa");
                List<String> command = started("-Xmx256m");
                command.set(command.indexOf("-cp") + 1, archivedClassPath());
                command.addAll(1, List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + made));
                scene.customers(1, 3).listed(1);
                command.addAll(List.of(
                        Offboarding.class.getName(), "run", scene.jobFile().toString()));
                Process process = new ProcessBuilder(command)
                        .directory(scene.folder().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
                boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                process.destroyForcibly();
                if (ended && Files.exists(made)) {
                    Files.writeString(of, key);
                    Files.move(made, archived(), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    private String key() throws IOException {
        StringBuilder key = new StringBuilder(System.getProperty("java.vm.version")).append(archivedClassPath());
        for (Path file : compiled()) {
            key.append('\n')
                    .append(file)
                    .append(' ')
                    .append(Files.size(file))
                    .append(' ')
                    .append(Files.getLastModifiedTime(file));
        }
        return key.toString();
    }

    private List<Path> compiled() throws IOException {
        try (Stream<Path> all = Files.walk(classes)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void writeJar() throws IOException {
        try (OutputStream file = Files.newOutputStream(jar());
                ZipOutputStream zip = new ZipOutputStream(file)) {
            Set<String> entries = new HashSet<>();
            for (Path compiled : compiled()) {
                String name = classes.relativize(compiled).toString().replace(File.separatorChar, '/');
                // who looks for resources in a folder looks for the folder first
                for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
                    if (entries.add(name.substring(0, slash + 1))) {
                        zip.putNextEntry(new ZipEntry(name.substring(0, slash + 1)));
                    }
                }
                zip.putNextEntry(new ZipEntry(name));
                Files.copy(compiled, zip);
            }
        }
    }
}
