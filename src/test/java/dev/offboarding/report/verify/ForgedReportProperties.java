package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Draw;
import dev.offboarding.kit.QuickFolders;
import dev.offboarding.kit.Tries;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** Whatever is done to a report afterwards, verify-report finds it. */
@Tag("sweep")
class ForgedReportProperties {

    private static Path folder = Path.of("");

    @BeforeAll
    static void begin() throws IOException {
        folder = QuickFolders.make("forged");
    }

    @AfterAll
    static void end() throws IOException {
        FileSystemUtils.deleteRecursively(folder);
    }

    private static TrustedKey key() throws Exception {
        return new TrustedKey(HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(AuditedNights.KEY.getPublic().getEncoded())));
    }

    private static VerifiedReport verified(Forgery forgery) {
        return new ReportVerifier(null).verify(forgery.in(folder.resolve("report")));
    }

    private static VerifiedReport verifiedWithKey(Forgery forgery) throws Exception {
        return new ReportVerifier(key()).verify(forgery.in(folder.resolve("report")));
    }

    record ByteChange(int night, double file, double place, int by) {
        Forgery of(List<Forgery> nights) {
            Forgery forgery = nights.get(night).copy();
            List<String> names = List.copyOf(forgery.files.keySet());
            String name = names.get((int) (file * names.size()));
            byte[] bytes = Objects.requireNonNull(forgery.files.get(name)).clone();
            bytes[(int) (place * bytes.length)] ^= (byte) by;
            forgery.files.put(name, bytes);
            return forgery;
        }
    }

    private static ByteChange byteChange(Draw draw) {
        return new ByteChange(draw.between(0, 2), draw.share(), draw.share(), draw.between(1, 255));
    }

    /** What somebody does to the lines of a file. */
    enum Edit implements LineEdit {
        REMOVE {
            @Override
            public List<String> edit(List<String> lines, int at, int other) {
                lines.remove(at);
                return lines;
            }
        },
        DOUBLE {
            @Override
            public List<String> edit(List<String> lines, int at, int other) {
                lines.add(other, lines.get(at));
                return lines;
            }
        },
        SWAP {
            @Override
            public List<String> edit(List<String> lines, int at, int other) {
                Collections.swap(lines, at, other);
                return lines;
            }
        },
        MOVE {
            @Override
            public List<String> edit(List<String> lines, int at, int other) {
                lines.add(other, lines.remove(at));
                return lines;
            }
        },
        CUT {
            @Override
            public List<String> edit(List<String> lines, int at, int other) {
                return lines.subList(0, at);
            }
        },
        BLANK {
            @Override
            public List<String> edit(List<String> lines, int at, int other) {
                lines.add(at, "\n");
                return lines;
            }
        }
    }

    interface LineEdit {
        List<String> edit(List<String> lines, int at, int other);
    }

    record LineChange(int night, double file, Edit edit, double at, double other) {
        Forgery of(List<Forgery> nights, String... only) {
            Forgery forgery = nights.get(night).copy();
            List<String> names = only.length > 0 ? List.of(only) : List.copyOf(forgery.files.keySet());
            names = names.stream().filter(forgery.files::containsKey).toList();
            String name = names.get((int) (file * names.size()));
            UnaryOperator<List<String>> change =
                    lines -> edit.edit(lines, (int) (at * lines.size()), (int) (other * lines.size()));
            try {
                return forgery.lines(name, change);
            } catch (IllegalStateException nothingChanged) {
                return forgery.text(name, text -> text + "\n");
            }
        }
    }

    private static LineChange lineChange(Draw draw) {
        return new LineChange(draw.between(0, 2), draw.share(), draw.of(Edit.class), draw.share(), draw.share());
    }

    @Test
    void anyByteOfAnyFile() {
        Tries.of(100, draw -> {
            ByteChange change = byteChange(draw);
            assertThat(verified(change.of(AuditedNights.unsigned())).inOrder()).isFalse();
            assertThat(verified(change.of(AuditedNights.signed())).inOrder()).isFalse();
        });
    }

    @Test
    void anyLineOfAnyFile() {
        Tries.of(100, draw -> {
            LineChange change = lineChange(draw);
            assertThat(verified(change.of(AuditedNights.unsigned())).inOrder()).isFalse();
            assertThat(verified(change.of(AuditedNights.signed())).inOrder()).isFalse();
        });
    }

    /** Whoever has not the key can make hashes fit, and leave the signature, drop it, or sign with a key of his own. */
    @Test
    void anyLineOfASignedReportWhoseHashesWereRebuiltWithoutTheKey() {
        Tries.of(80, draw -> {
            LineChange change = lineChange(draw);
            Forgery forgery;
            try {
                forgery = change.of(
                                AuditedNights.signed(), "customers.csv", "actions.csv", "report.html", "events.jsonl")
                        .sealed();
            } catch (RuntimeException beyondRepair) {
                forgery = AuditedNights.signed()
                        .get(0)
                        .copy()
                        .manifest(m -> m.put("run_id", "x"))
                        .sealed();
            }
            assertThat(verified(forgery.copy()).inOrder()).isFalse();
            assertThat(verifiedWithKey(forgery.copy()).inOrder()).isFalse();
            assertThat(verifiedWithKey(forgery.unsigned().sealed()).inOrder()).isFalse();
        });
    }

    /** Without a signature, and with all hashes made to fit: the views still have to say what the record says. */
    @Test
    void anyLineOfAViewAlsoWhereTheHashesOfAnUnsignedReportWereRebuilt() {
        Tries.of(80, draw -> {
            LineChange change = lineChange(draw);
            Forgery forgery = change.of(AuditedNights.unsigned(), "customers.csv", "actions.csv", "rejects.csv")
                    .sealed();

            assertThat(verified(forgery).inOrder()).isFalse();
        });
    }

    /** A replaced run shows in the one after it. */
    @Test
    void anyRunButTheLastThatWasReplaced() {
        Tries.of(30, draw -> {
            LineChange change = lineChange(draw);
            Forgery replaced = AuditedNights.unsigned()
                    .get(change.night() % 2)
                    .copy()
                    .text("report.html", html -> html + "<!-- " + change.at() + " -->")
                    .sealed();

            assertThat(verified(replaced.copy()).inOrder())
                    .as("it fits in itself")
                    .isTrue();
            List<VerifiedReport> reports = new java.util.ArrayList<>();
            for (int night = 0; night < 3; night++) {
                Forgery one = night == change.night() % 2
                        ? replaced
                        : AuditedNights.unsigned().get(night);
                reports.add(new ReportVerifier(null).verify(one.in(folder.resolve("night-" + night))));
            }
            Collections.shuffle(reports);
            assertThat(RunChain.of(reports).findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.what()).startsWith("manifest_sha256 of the previous run"));
        });
    }
}
