package dev.offboarding.lists;

import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The customers that are never touched: a file like a list, of which only {@code customer_id} is required. */
public final class ProtectedCustomers {
    private ProtectedCustomers() {}

    /**
     * Reads all of them, or fails: a protection that is half understood does not protect.
     *
     * @param file null where nobody is protected
     * @param dateFormat how the job's lists write their dates; one as this program writes it is none the less. Nobody is protected by a date
     * @throws ListUnavailableException if the file cannot be read, is empty, or has a bad row
     */
    public static Set<UUID> read(@Nullable Path file, @Nullable String dateFormat) {
        if (file == null) {
            return Set.of();
        }
        if (!Files.isRegularFile(file)) {
            throw unusable(
                    file, "there is no such file. Make it, or write `none` to say on purpose that nobody is protected");
        }
        if (WorkbookList.isOne(String.valueOf(file.getFileName()))) {
            // of a workbook only the first sheet would be read, and whoever is on another one would not be protected
            throw unusable(file, "it is a workbook. Save it as CSV UTF-8, every sheet of it that protects somebody");
        }
        Dates dates = new Dates(dateFormat).ours();
        Set<UUID> customers = new HashSet<>();
        try (InputStream in = RegularFile.open(file.toRealPath(), Long.MAX_VALUE);
                FileList list = FileList.of(String.valueOf(file.getFileName()), in, headings -> headings, dates)) {
            RowGate gate = new RowGate(file.toString(), list.headings(), Set.of(), dates, list.namesCells());
            for (Row row = list.next(); row != null; row = list.next()) {
                RowVerdict checked = gate.check(row);
                if (checked instanceof Entry entry) {
                    customers.add(entry.customerId());
                } else if (checked instanceof Reject reject && list.headings().refusal() == null) {
                    throw unusable(
                            file,
                            "line %d, column %s: %s. %s"
                                    .formatted(
                                            reject.line(),
                                            reject.column() == null ? "-" : Whitespace.quote(reject.column()),
                                            reject.problem(),
                                            reject.remedy()));
                }
            }
        } catch (ListRefusedException e) {
            throw unusable(file, e.problem() + ". " + e.remedy());
        } catch (IOException e) {
            throw unusable(file, "it cannot be read (" + FileFault.inWords(e, file) + "). Look at its rights.");
        }
        return Set.copyOf(customers);
    }

    private static ListUnavailableException unusable(Path file, String why) {
        return new ListUnavailableException("protected-customers: %s: %s".formatted(file, why));
    }
}
