package dev.offboarding.jobfile;

import com.zaxxer.hikari.HikariConfig;
import dev.offboarding.jobfile.JobFileKeys.Key;
import dev.offboarding.kit.FileMode;
import dev.offboarding.notice.WebhookUrl;
import dev.offboarding.plan.Share;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.scheduling.support.CronExpression;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema of a job file, made from its keys. What they are for is what the records' own documentation says of them.
 *
 * <p>For editors: it knows which keys there are and what a value looks like. What keys ask of each other the program says itself.
 */
final class JobFileSchema {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Any value may be a variable, or have one in it. */
    private static final String VARIABLE = "\\$\\{";

    /** How values are written that are not just any text. */
    private static final Map<Class<?>, String> WRITTEN = Map.of(
            int.class, "^[0-9]+$",
            Integer.class, "^[0-9]+$",
            boolean.class, "^(true|false)$",
            Share.class, "^[0-9]{1,3}([.][0-9]{1,9})?\\s*%$",
            FileMode.class, "^0?[0-7]{3}$",
            Duration.class, "^([0-9]{1,9}(ms|s|m|h|d)|P.*)$",
            Period.class, "^([0-9]{1,6}d|P[0-9]{1,6}D)$",
            CronExpression.class, "^\\s*(\\S+\\s+){5}\\S+\\s*$",
            URI.class, "^https?://",
            WebhookUrl.class, "^https?://");

    private final JobFileKeys keys = new JobFileKeys(JobFile.class, JobFileValues::isValue);

    private JobFileSchema() {}

    static String text() {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "urn:offboarding:schema:job-file");
        schema.put("title", "A job file");
        schema.put("description", "Which list, which platform, which limits, when.");
        var it = new JobFileSchema();
        it.springs(schema, "");
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
    }

    /** The keys beside ours, and, at the top, ours. */
    private void springs(ObjectNode schema, String section) {
        Set<String> allowed = new TreeSet<>(SpringKeys.ALLOWED.getOrDefault(section, Set.of()));
        ObjectNode properties = object(schema);
        for (String name : allowed) {
            String full = section.isEmpty() ? name : section + "." + name;
            ObjectNode property = properties.putObject(name);
            if (full.equals(JobFileKeys.PREFIX)) {
                section(property, keys.get(""));
            } else if (full.equals("logging.level")) {
                property.put("type", "object")
                        .put("description", "How much is logged, by the name of a logger or root.");
            } else if (SpringKeys.ALLOWED.containsKey(full)) {
                springs(property, full);
            } else if (section.endsWith(".hikari") && isFree(name)) {
                // below it anything may stand
                property.put("type", "object");
            } else {
                types(property, "string", "integer", "boolean");
            }
        }
        if (section.isEmpty()) {
            // a key may be written with dots as well as below its section
            schema.putObject("patternProperties").putObject("^(%s)[.]".formatted(String.join("|", allowed)));
        }
    }

    private static boolean isFree(String name) {
        String property = DataObjectPropertyName.toDashedForm(name);
        return Arrays.stream(BeanUtils.getPropertyDescriptors(HikariConfig.class))
                .filter(it -> DataObjectPropertyName.toDashedForm(it.getName()).equals(property))
                .anyMatch(it -> Properties.class.equals(it.getPropertyType()));
    }

    private static ObjectNode object(ObjectNode schema) {
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        return schema.putObject("properties");
    }

    private void section(ObjectNode schema, Key section) {
        ObjectNode properties = object(schema);
        for (String name : keys.allowedIn(section)) {
            Key key = keys.get(section.path().isEmpty() ? name : section.path() + "." + name);
            RecordComponent component = component(section, key);
            ObjectNode property = properties.putObject(name);
            String description = description(component);
            if (!description.isEmpty()) {
                property.put("description", description);
            }
            if (key.section()) {
                section(property, key);
            } else if (key.many()) {
                many(property, key, component);
            } else {
                one(property, key.type());
                List<String> byDefault = byDefault(component);
                if (byDefault.size() == 1) {
                    property.put("default", byDefault.get(0));
                }
            }
        }
    }

    private static RecordComponent component(Key section, Key key) {
        String property = key.property().substring(key.property().lastIndexOf('.') + 1);
        return Arrays.stream(section.type().getRecordComponents())
                .filter(component -> component.getName().equals(property))
                .findFirst()
                .orElseThrow();
    }

    /** A list, or one text with commas in it. */
    private static void many(ObjectNode schema, Key key, RecordComponent component) {
        var either = schema.putArray("anyOf");
        one(either.addObject().put("type", "array").putObject("items"), key.type());
        types(either.addObject(), "string", "integer");
        List<String> byDefault = byDefault(component);
        if (!byDefault.isEmpty()) {
            byDefault.forEach(schema.putArray("default")::add);
        }
    }

    /** As it stands at the constructor's parameter; none if the key has no default. */
    private static List<String> byDefault(RecordComponent component) {
        Class<?> type = component.getDeclaringRecord();
        // each call makes new components, and none of them equals another
        int index = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList()
                .indexOf(component.getName());
        return Arrays.stream(type.getDeclaredConstructors())
                .filter(constructor -> constructor.getParameterCount() == type.getRecordComponents().length)
                .map(constructor -> constructor.getParameters()[index].getAnnotation(DefaultValue.class))
                .filter(Objects::nonNull)
                .map(annotation -> List.of(annotation.value()))
                .findFirst()
                .orElse(List.of());
    }

    private static void one(ObjectNode schema, Class<?> type) {
        if (type.isEnum()) {
            var either = schema.putArray("anyOf");
            var allowed = either.addObject().putArray("enum");
            for (Object constant : type.getEnumConstants()) {
                allowed.add(constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'));
            }
            either.addObject().put("type", "string").put("pattern", VARIABLE);
            return;
        }
        String written = WRITTEN.get(type);
        if (type == boolean.class) {
            types(schema, "boolean", "string");
        } else if (type == int.class || type == Integer.class) {
            types(schema, "integer", "string");
        } else {
            // to YAML a name of digits is a number, and so is a mode
            types(schema, "string", "integer");
        }
        if (written != null) {
            schema.put("pattern", written + "|" + VARIABLE);
        }
    }

    private static void types(ObjectNode schema, String... types) {
        var array = schema.putArray("type");
        List.of(types).forEach(array::add);
    }

    /** What the record's documentation says of a component. */
    private static String description(RecordComponent component) {
        Class<?> type = component.getDeclaringRecord();
        Pattern described =
                Pattern.compile("@param %s (.*?)(?=\\n[ *]*@|\\*/)".formatted(component.getName()), Pattern.DOTALL);
        return described
                .matcher(documentation(type))
                .results()
                .map(MatchResult::group)
                .findFirst()
                .map(text -> text.replaceFirst("@param \\S+ ", "")
                        .replaceAll("\\s*\\n[ *]*", " ")
                        .replaceAll("\\{@(?:code|link) #?([^}]*)}", "$1")
                        .replaceAll("\\bnull\\b", "left out")
                        .strip())
                .orElse("");
    }

    /** The comment right before a record. */
    private static String documentation(Class<?> type) {
        String source = source(type);
        int at = source.indexOf("record " + type.getSimpleName() + "(");
        int from = source.lastIndexOf("/**", at);
        int to = source.indexOf("*/", from);
        // nothing but the record's own modifiers in between
        boolean itsOwn = from >= 0
                && to >= 0
                && to < at
                && source.substring(to + 2, at).strip().matches("(public)?");
        return itsOwn ? source.substring(from, to + 2) : "";
    }

    private static String source(Class<?> type) {
        try {
            return Files.readString(Path.of(
                    "src/main/java", type.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
