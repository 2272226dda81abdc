package dev.offboarding.report;

import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * Cuts a report back to its manifest. Between the check of a report and this somebody may have put something else in its place, a link for
 * instance: so its folder is opened without following one, and what is deleted is deleted in the folder that was opened, and only where its
 * manifest is the one on record and has the hash of each file that is there. One that has anything else in it stays as it is.
 */
final class ReportCut {

    /** Shows whose report it is, and is the last to go: as long as anything is left, that can be asked. */
    static final String LAST = CustomersPart.FILE;

    private ReportCut() {}

    /** It is not the report that was to be cut back, or has something else in it. Nothing of it was deleted. */
    static final class OtherException extends FileSystemException {
        private static final long serialVersionUID = 1L;

        OtherException(Path report, String why) {
            super(report.toString(), null, why);
        }
    }

    /**
     * Deletes everything in a report but its manifest; again where that came to no end.
     *
     * @param manifestSha256 as it was recorded when the report was written
     * @param begins called once nothing stands against it, before the first file goes
     * @throws IOException if it could not be deleted, or is not that report: then nothing of it is
     */
    static void cut(Path report, String manifestSha256, Runnable begins) throws IOException {
        Path place = Objects.requireNonNull(report.getParent());
        Path name = Objects.requireNonNull(report.getFileName());
        if (!Files.isDirectory(report, LinkOption.NOFOLLOW_LINKS)) {
            throw new OtherException(report, "it is not a folder any more");
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(place)) {
            if (all instanceof SecureDirectoryStream<Path> secure) {
                try (SecureDirectoryStream<Path> opened = secure.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    cut(new Opened(report, opened), manifestSha256, begins);
                }
            } else {
                cut(new ByPath(report), manifestSha256, begins);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void cut(Folder report, String manifestSha256, Runnable begins) throws IOException {
        Path manifest = Path.of(Manifest.FILE);
        byte[] bytes;
        regular(report, manifest);
        try (InputStream in = report.read(manifest)) {
            bytes = in.readNBytes(Manifest.MOST_BYTES);
        }
        if (!manifestSha256.equals(Manifest.hash(bytes))) {
            throw other(report, Manifest.FILE + " is not the one that was written");
        }
        Set<String> named = named(report, bytes);
        List<Path> files = new ArrayList<>();
        for (Path file : report.names()) {
            if (!file.equals(manifest)) {
                if (!named.contains(file.toString())) {
                    throw other(report, "something is in it that is none of its files");
                }
                regular(report, file);
                files.add(file);
            }
        }
        Path last = Path.of(LAST);
        files.sort((one, another) -> one.equals(last) ? 1 : another.equals(last) ? -1 : one.compareTo(another));
        begins.run();
        for (Path file : files) {
            if (file.equals(last)) {
                // also after the power has failed nothing is left without it
                DurableFile.sync(report.path());
            }
            report.delete(file);
        }
        DurableFile.sync(report.path());
    }

    private static Set<String> named(Folder report, byte[] manifest) throws IOException {
        try {
            return Set.copyOf(ReportJson.MAPPER.readTree(manifest).path("files").propertyNames());
        } catch (JacksonException e) {
            throw other(report, Manifest.FILE + " cannot be read");
        }
    }

    private static void regular(Folder report, Path file) throws IOException {
        if (!report.attributes(file).isRegularFile()) {
            throw other(report, "something is in it that is not a file");
        }
    }

    private static IOException other(Folder report, String why) {
        return new OtherException(report.path(), why);
    }

    private interface Folder {
        Path path();

        List<Path> names() throws IOException;

        BasicFileAttributes attributes(Path name) throws IOException;

        InputStream read(Path name) throws IOException;

        void delete(Path name) throws IOException;
    }

    /** Whatever takes the place of its path from now on. */
    private record Opened(Path path, SecureDirectoryStream<Path> folder) implements Folder {
        @Override
        public List<Path> names() {
            List<Path> names = new ArrayList<>();
            folder.forEach(file -> names.add(file.getFileName()));
            return names;
        }

        @Override
        public BasicFileAttributes attributes(Path name) throws IOException {
            return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        }

        @Override
        public InputStream read(Path name) throws IOException {
            SeekableByteChannel channel =
                    folder.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            return Channels.newInputStream(channel);
        }

        @Override
        public void delete(Path name) throws IOException {
            folder.deleteFile(name);
        }
    }

    /** Where the system has no such folders (Windows, macOS): each time it is looked again whether it is a link. */
    private record ByPath(Path path) implements Folder {
        private Path at(Path name) throws IOException {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new OtherException(path, "it is not a folder any more");
            }
            return path.resolve(name);
        }

        @Override
        public List<Path> names() throws IOException {
            List<Path> names = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(at(Path.of("")))) {
                files.forEach(file -> names.add(file.getFileName()));
            }
            return names;
        }

        @Override
        public BasicFileAttributes attributes(Path name) throws IOException {
            return Files.readAttributes(at(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        }

        @Override
        public InputStream read(Path name) throws IOException {
            return RegularFile.open(at(name), Manifest.MOST_BYTES);
        }

        @Override
        public void delete(Path name) throws IOException {
            Files.delete(at(name));
        }
    }
}
