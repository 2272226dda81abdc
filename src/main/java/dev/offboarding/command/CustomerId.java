package dev.offboarding.command;

import dev.offboarding.kit.OneLine;
import java.util.UUID;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A customer's id as it is typed. Java's own reading of a GUID takes {@code 1-1-1-1-1} for one. */
final class CustomerId implements ITypeConverter<UUID> {

    private static final Pattern GUID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    @Override
    public UUID convert(String typed) {
        if (!GUID.matcher(typed.strip()).matches()) {
            throw new TypeConversionException(
                    "'%s' is not a customer's id; write its GUID, as the list has it".formatted(OneLine.of(typed)));
        }
        return UUID.fromString(typed.strip());
    }
}
