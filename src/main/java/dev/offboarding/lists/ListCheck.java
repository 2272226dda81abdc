package dev.offboarding.lists;

import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What both gates would say of files that are put into an inbox in the same night. Changes nothing and needs no database, so that it cannot say
 * what only a run knows: whether contents were taken before.
 */
public final class ListCheck {
    /** Of each file, so many are kept to be shown. */
    private static final int REJECTS_SHOWN = 1_000;

    /**
     * One file.
     *
     * @param understood the headings that are understood, and what each is understood as
     * @param carried the headings of columns that are only carried through
     * @param rejects the first rows that would be set aside
     * @param refusal why the whole file would be refused, and how to correct it; null if it would not
     */
    public record Checked(
            Path file,
            Map<String, Column> understood,
            List<String> carried,
            long rows,
            long duplicates,
            long rejected,
            List<Reject> rejects,
            @Nullable String refusal) {}

    /** Where a customer is listed; without contents where the row would be set aside. */
    private record Listed(int fileNo, long line, @Nullable String contents) {}

    private static final class OneFile {
        final Path path;
        final FileGate gate;
        final List<Reject> rejects = new ArrayList<>();
        final Map<UUID, List<Listed>> customers = new LinkedHashMap<>();

        @Nullable
        String refusal;

        long duplicates;

        OneFile(int fileNo, Path path, LocalDate today) {
            this.path = path;
            gate = new FileGate(fileNo, name(path), EnumSet.allOf(Identifier.class), Dates.USUAL, today);
        }

        void see(int fileNo, List<RowVerdict> rows) {
            for (RowVerdict row : rows) {
                if (row instanceof Entry entry) {
                    listed(entry.customerId(), new Listed(fileNo, entry.line(), entry.contents()));
                } else if (row instanceof Reject reject) {
                    // what refuses the file is said once, for all of its rows
                    if (rejects.size() < REJECTS_SHOWN && !reject.problem().startsWith(Staging.FILE_REFUSED)) {
                        rejects.add(reject);
                    }
                    if (reject.customerId() != null) {
                        listed(reject.customerId(), new Listed(fileNo, reject.line(), null));
                    }
                }
            }
        }

        private void listed(UUID customer, Listed place) {
            List<Listed> places = customers.get(customer);
            if (places == null) {
                customers.put(customer, List.of(place));
            } else {
                customers.put(
                        customer,
                        Stream.concat(places.stream(), Stream.of(place)).toList());
            }
        }

        Checked checked() {
            Headings headings = gate.headings();
            return new Checked(
                    path,
                    headings == null ? Map.of() : headings.understood(),
                    headings == null
                            ? List.of()
                            : List.copyOf(headings.carried().values()),
                    gate.read(),
                    duplicates,
                    gate.rejected(),
                    List.copyOf(rejects),
                    refusal);
        }
    }

    private final LocalDate today;
    private final List<OneFile> files = new ArrayList<>();
    private final Map<String, String> contents = new HashMap<>();

    private ListCheck(LocalDate today) {
        this.today = today;
    }

    /** @param today what is still ahead is not a note */
    public static List<Checked> of(List<Path> files, LocalDate today) {
        ListCheck check = new ListCheck(today);
        files.forEach(check::read);
        check.compare();
        return check.files.stream().map(OneFile::checked).toList();
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private void read(Path path) {
        int fileNo = files.size() + 1;
        OneFile file = new OneFile(fileNo, path, today);
        files.add(file);
        try (InputStream bytes = RegularFile.open(path.toRealPath(), Long.MAX_VALUE);
                DigestInputStream in = new DigestInputStream(bytes, Sha256.begin())) {
            OwnGuards unguard = OwnGuards.withoutMemory();
            try (FileList list = FileList.of(name(path), in, unguard::ofHeadings, Dates.USUAL)) {
                file.gate.pass(
                        list,
                        batch -> unguard.of(batch.stream().map(Row::cells).toList()),
                        batch -> file.see(fileNo, batch));
            } catch (ListRefusedException e) {
                file.gate.refuse(e);
            }
            String other = contents.putIfAbsent(Digests.ofAll(in), name(path));
            if (other != null) {
                file.gate.refuse(new ListRefusedException(
                        "the same contents are in %s, too".formatted(Whitespace.quote(other)),
                        "Put one of them into the inbox."));
            }
        } catch (IOException e) {
            file.gate.refuse(new ListRefusedException(
                    "the file could not be read (%s)".formatted(FileFault.inWords(e, path)),
                    "Look at its name and rights."));
        }
        ListRefusedException refusal = file.gate.verdict();
        if (refusal != null) {
            file.refusal = refusal.getMessage();
        } else if (!Inbox.hasListName(name(path)) || NonListFile.flaw(path) != null) {
            file.refusal = "an inbox does not read it: " + NonListFile.of(path).remedy();
        }
    }

    /** What only all of the files together can show. */
    private void compare() {
        Map<UUID, List<Listed>> customers = new LinkedHashMap<>();
        for (OneFile file : files) {
            if (file.refusal == null) {
                file.customers.forEach((customer, places) -> customers.merge(
                        customer,
                        places,
                        (some, more) ->
                                Stream.concat(some.stream(), more.stream()).toList()));
            }
        }
        customers.forEach((customer, places) -> {
            if (places.size() > 1) {
                compare(customer, places);
            }
        });
        // a refused file's duplicates are none
        files.stream().filter(file -> file.refusal != null).forEach(file -> file.duplicates = 0);
    }

    private void compare(UUID customer, List<Listed> places) {
        Set<@Nullable String> said = new HashSet<>();
        places.forEach(place -> said.add(place.contents()));
        if (said.size() == 1) {
            if (places.get(0).contents() != null) {
                places.stream().skip(1).forEach(place -> file(place).duplicates++);
            }
            return;
        }
        for (Listed place : places) {
            OneFile file = file(place);
            if (file.refusal == null) {
                Listed other = places.stream()
                        .filter(it -> !Objects.equals(it.contents(), place.contents()))
                        .findFirst()
                        .orElse(place);
                file.refusal = new Staging.Contradiction(
                                place.fileNo(),
                                customer,
                                place.line(),
                                "%s, line %d".formatted(name(file(other).path), other.line()))
                        .refusal()
                        .getMessage();
            }
        }
    }

    private OneFile file(Listed place) {
        return files.get(place.fileNo() - 1);
    }
}
