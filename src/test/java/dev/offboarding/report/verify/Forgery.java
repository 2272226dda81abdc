package dev.offboarding.report.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A report in the hands of somebody who wants it to say something else, and who knows how it is made. */
public final class Forgery {

    private static final JsonMapper JSON = JsonMapper.shared();

    public final TreeMap<String, byte[]> files = new TreeMap<>();

    public static Forgery of(Path report) {
        Forgery forgery = new Forgery();
        try (Stream<Path> all = Files.list(report)) {
            for (Path file : all.toList()) {
                forgery.files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return forgery;
    }

    public Forgery copy() {
        Forgery copy = new Forgery();
        copy.files.putAll(files);
        return copy;
    }

    public String text(String file) {
        return new String(files.get(file), StandardCharsets.UTF_8);
    }

    public Forgery text(String file, UnaryOperator<String> change) {
        String before = text(file);
        String after = change.apply(before);
        if (after.equals(before)) {
            throw new IllegalStateException("nothing of " + file + " was changed");
        }
        files.put(file, after.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public String manifestHash() {
        return JSON.readTree(text("manifest.json")).get("manifest_sha256").asString();
    }

    public ObjectNode record() {
        return (ObjectNode) JSON.readTree(text("report.json"));
    }

    public Forgery record(Consumer<ObjectNode> change) {
        return text("report.json", text -> {
            ObjectNode record = (ObjectNode) JSON.readTree(text);
            change.accept(record);
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(record) + "\n";
        });
    }

    /** The lines with their line breaks. */
    public Forgery lines(String file, UnaryOperator<List<String>> change) {
        return text(file, text -> String.join("", change.apply(new ArrayList<>(List.of(text.split("(?<=\n)"))))));
    }

    /** Changes the trail, and makes one chain of it again. */
    public Forgery trail(UnaryOperator<List<ObjectNode>> change) {
        return text("events.jsonl", text -> {
            List<ObjectNode> events = new ArrayList<>();
            text.lines().forEach(line -> events.add((ObjectNode) JSON.readTree(line)));
            StringBuilder forged = new StringBuilder();
            String last = "";
            long sequence = 0;
            for (ObjectNode event : change.apply(events)) {
                String previous = event.get("previous").asString();
                if (event.get("sequence").asLong() == sequence + 1 && !last.isEmpty()) {
                    previous = last;
                }
                sequence = event.get("sequence").asLong();
                event.remove(List.of("previous", "hash"));
                String canonical = JSON.writeValueAsString(event);
                MessageDigest sha256 = sha256();
                sha256.update(HexFormat.of().parseHex(previous));
                last = HexFormat.of().formatHex(sha256.digest(canonical.getBytes(StandardCharsets.UTF_8)));
                forged.append(canonical, 0, canonical.length() - 1)
                        .append(",\"previous\":\"%s\",\"hash\":\"%s\"}\n".formatted(previous, last));
            }
            return forged.toString();
        });
    }

    public Forgery manifest(Consumer<ObjectNode> change) {
        return text("manifest.json", text -> {
            ObjectNode manifest = (ObjectNode) JSON.readTree(text);
            change.accept(manifest);
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n";
        });
    }

    /** Makes all hashes fit again, also those of the chain's end; the signature stays what it is. */
    public Forgery sealed() {
        List<ObjectNode> events = text("events.jsonl")
                .lines()
                .map(line -> (ObjectNode) JSON.readTree(line))
                .toList();
        ObjectNode manifest = (ObjectNode) JSON.readTree(text("manifest.json"));
        ObjectNode hashes = manifest.putObject("files");
        files.forEach((name, bytes) -> {
            if (!name.equals("manifest.json")) {
                hashes.put(name, HexFormat.of().formatHex(sha256().digest(bytes)));
            }
        });
        ObjectNode chain = (ObjectNode) manifest.get("chain");
        if (!events.isEmpty()) {
            ObjectNode last = events.get(events.size() - 1);
            chain.set("first_sequence", events.get(0).get("sequence"));
            chain.set("last_sequence", last.get("sequence"));
            chain.set("head_sequence", last.get("sequence"));
            chain.set("head", last.get("hash"));
        }
        manifest.put("manifest_sha256", "");
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n";
        String own = HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
        manifest.put("manifest_sha256", own);
        files.put(
                "manifest.json",
                (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** The signature goes. */
    public Forgery unsigned() {
        return manifest(manifest -> manifest.putNull("signature"));
    }

    /** Lays it into a folder. */
    public Path in(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
            Files.createDirectories(folder);
            for (var file : files.entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
