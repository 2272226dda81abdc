package dev.offboarding.database;

import java.nio.file.Path;

/** Another living program works with this folder's embedded database. The command ends with exit code 6. */
public final class DatabaseInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DatabaseInUseException(Path folder, String holder) {
        super(
                ("Another program is running on this folder: %s (database folder: %s). Wait until it has ended, or stop it. "
                                + "Programs that are to work side by side need a database of their own: set spring.datasource.url.")
                        .formatted(holder, folder));
    }
}
