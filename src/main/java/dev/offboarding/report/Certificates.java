package dev.offboarding.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.JsonText;
import dev.offboarding.kit.OneLine;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Rights;
import dev.offboarding.runs.Runs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes the certificate of one customer's offboarding: a page to be printed and handed to that customer. It says what was done and how it
 * is known, and nothing that is the reseller's own business: no reason, no ticket, no one's name, no other customer.
 */
public final class Certificates {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
    private static final Pattern GUID = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Template TEMPLATE =
            Mustache.compiler().nullValue("").emptyStringIsFalse(true).compile(resource("certificate.mustache"));

    private static final Map<String, String> ACTIONS = Map.of(
            "SUSPEND", "Subscription suspended",
            "CANCEL", "Subscription cancelled",
            "AUTO_RENEW_OFF", "Automatic renewal switched off",
            "REMOVE", "Reseller relationship removed",
            "TERMINATE_GDAP", "Delegated administration ended",
            "DELETE_GDAP", "Request for delegated administration deleted",
            "REACTIVATE", "Subscription made active again");
    private static final Map<String, String> EFFECTS = Map.of(
            "customer_list", "No longer in the reseller's customer list",
            "support_contact", "The reseller is no longer a support contact",
            "delegated_admin", "The reseller has no delegated administration",
            "purchasing", "The reseller can no longer purchase");

    private static final Map<String, String> VERBS = Map.of(
            "SUSPEND", "suspend",
            "CANCEL", "cancel",
            "AUTO_RENEW_OFF", "stop renewal",
            "REMOVE", "remove",
            "TERMINATE_GDAP", "end access",
            "DELETE_GDAP", "delete request",
            "REACTIVATE", "reactivate");
    private static final Map<String, String> TABLES = new LinkedHashMap<>();

    static {
        TABLES.put("ledger.customer.relationship is", "the ledger says of the relationship:");
        TABLES.put("no row in ledger.support_contact", "the ledger has no support contact");
        TABLES.put("no row in ledger.delegated_admin", "the ledger has no delegated administration");
        TABLES.put("no row in ledger.purchase_authority", "the ledger has no right to purchase");
        TABLES.put("no row in ledger.customer", "the ledger does not have the customer any more");
        TABLES.put("ledger.customer", "the ledger");
    }

    private final DataSource dataSource;
    private final Path reports;
    private final Rights rights;
    private final Clock clock;
    private final ZoneId zone;
    private final @Nullable String reseller;

    /**
     * @param dataSource the job's own database
     * @param reports the folder that has a folder for each job
     * @param rights of what is written
     * @param zone in which times are shown, each with its offset
     * @param reseller what it is called; null if that is not to be said
     */
    public Certificates(
            DataSource dataSource, Path reports, Rights rights, Clock clock, ZoneId zone, @Nullable String reseller) {
        this.dataSource = dataSource;
        this.reports = reports;
        this.rights = rights;
        this.clock = clock;
        this.zone = zone;
        this.reseller = reseller;
    }

    /**
     * Writes it beside the reports of the job that closed the case. What is there is never overwritten.
     *
     * @param platform {@code ledger} or {@code partner-center}
     * @param identity which ledger or tenant; null where that is not known
     * @return the file
     * @throws NoCertificateException if the customer's last case is not one that is closed as offboarded
     * @throws EvidenceException if the file could not be written
     */
    public Path issue(String platform, @Nullable String identity, UUID customerId) {
        CertifiedCase it;
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            it = CertifiedCase.read(snapshot.jdbc(), platform, identity, customerId);
        }
        Instant now = clock.instant();
        Path folder = reports.resolve(it.job()).resolve("certificates");
        Path file = folder.resolve(customerId + "-" + Runs.RUN_ID.format(now) + ".html");
        try {
            write(folder, file, TEMPLATE.execute(page(it, platform, customerId, now)));
        } catch (IOException e) {
            throw EvidenceException.because("The certificate could not be written", folder, e);
        }
        return file;
    }

    private void write(Path folder, Path file, String page) throws IOException {
        rights.createFolders(folder);
        Path writing = folder.resolve("." + UUID.randomUUID());
        try {
            try (OutputStream out = Channels.newOutputStream(rights.createFile(writing))) {
                out.write(page.getBytes(StandardCharsets.UTF_8));
            }
            if (Files.exists(file)) {
                throw new java.nio.file.FileAlreadyExistsException(file.toString());
            }
            DurableFile.put(writing, file);
        } finally {
            Files.deleteIfExists(writing);
        }
    }

    private Map<String, Object> page(CertifiedCase it, String platform, UUID customerId, Instant now) {
        PageTime time = new PageTime(zone.getId());
        Set<String> own = own(it, customerId);
        Map<String, String> names = new HashMap<>();
        String companyName = it.companyName();
        String domain = it.domain();
        String witness = null;
        for (AuditEvents.OfCustomer recorded : it.events()) {
            AuditEvent event = recorded.event();
            JsonNode data = ReportJson.MAPPER.readTree(event.data());
            JsonNode seen = data.path("seen");
            // what the platform calls the customer, where it was read; else what the list did
            companyName = Objects.requireNonNullElse(
                    JsonText.of(seen.path("company_name")), companyName == null ? "" : companyName);
            domain = Objects.requireNonNullElse(JsonText.of(seen.path("domain")), domain == null ? "" : domain);
            for (JsonNode subscription : seen.path("subscriptions")) {
                String id = JsonText.of(subscription.path("id"));
                if (id != null) {
                    names.put(id, Objects.requireNonNullElse(JsonText.of(subscription.path("name")), ""));
                }
            }
            String said = JsonText.of(data.path("second_witness"));
            witness = said != null ? said : witness;
        }
        List<Map<String, Object>> actions = actions(it, names, time);
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("company", PageText.line(companyName));
        page.put("domain", PageText.line(domain));
        page.put("customerId", customerId.toString());
        page.put("platform", platform.equals("ledger") ? "the reseller's ledger" : "Microsoft Partner Center");
        page.put("onPartnerCenter", !platform.equals("ledger"));
        page.put("azure", it.hadAzure());
        boolean already = it.closedAs().equals("ALREADY_OFFBOARDED");
        page.put("untouched", already && actions.isEmpty());
        page.put("already", already && !actions.isEmpty());
        page.put("removed", !already);
        page.put("returned", it.returnedAt() == null ? "" : time.minute(it.returnedAt()));
        page.put("removedAt", it.removedAt() == null ? "" : time.minute(it.removedAt()));
        page.put("openedAt", time.minute(it.openedAt()));
        page.put("closedAt", time.minute(it.closedAt()));
        page.put("times", it.times() > 1 ? PageText.number(it.times()) : "");
        page.put("actions", actions);
        page.put("noActions", actions.isEmpty());
        page.put("effects", effects(it, own, time));
        WayBack wayBack = WayBack.of(platform, it.relationshipRequest());
        page.put("wayBackHow", wayBack.how());
        page.put("wayBackLink", wayBack.link() == null ? "" : OneLine.of(wayBack.link()));
        page.put("wayBackUntil", wayBack.until());
        page.put("lost", lost(it));
        page.put("witness", witness == null ? "" : ownOnly(PageText.story(witness), own));
        page.put("runId", it.closedRun());
        page.put("manifest", Objects.requireNonNullElse(manifest(it), ""));
        page.put("events", events(it, time));
        page.put("issuedOn", DAY.format(now.atZone(zone)));
        page.put("zone", zone.getId());
        page.put("reseller", PageText.line(reseller));
        return page;
    }

    private static List<Map<String, Object>> actions(CertifiedCase it, Map<String, String> names, PageTime time) {
        List<Map<String, Object>> actions = new ArrayList<>();
        for (AuditEvents.OfCustomer recorded : it.events()) {
            AuditEvent event = recorded.event();
            String action = event.action();
            if (!event.is(EventKind.OUTCOME) || action == null) {
                continue;
            }
            for (RecordedWrite write : event.writes()) {
                if (took(write, action)) {
                    Map<String, Object> done = new LinkedHashMap<>();
                    done.put("what", ACTIONS.getOrDefault(action, action));
                    done.put("name", PageText.line(names.get(write.target())));
                    done.put("target", PageText.line(write.target()));
                    done.put("at", write.at() == null ? time.moment(event.at()) : time.moment(write.at()));
                    done.put(
                            "found",
                            "LOST".equals(write.result()) ? "sent, its answer was lost; found afterwards" : "");
                    done.put("correlation", PageText.line(write.correlationId()));
                    done.put("sequence", event.sequence());
                    actions.add(done);
                }
            }
        }
        return actions;
    }

    /** What was active before, in the order in which to make it active again. */
    private static List<Map<String, Object>> lost(CertifiedCase it) {
        Set<String> suspended = new LinkedHashSet<>();
        Set<String> cancelled = new LinkedHashSet<>();
        Map<String, WayBack.Seen> seen = new HashMap<>();
        for (AuditEvents.OfCustomer recorded : it.events()) {
            AuditEvent event = recorded.event();
            WayBack.see(
                    seen,
                    ReportJson.MAPPER.treeAsTokens(ReportJson.MAPPER
                            .readTree(event.data())
                            .path("seen")
                            .path("subscriptions")));
            String action = event.action();
            if (!event.is(EventKind.OUTCOME) || action == null) {
                continue;
            }
            for (RecordedWrite write : event.writes()) {
                switch (action) {
                    case "SUSPEND" -> {
                        if (took(write, action)) {
                            suspended.add(write.target());
                        }
                    }
                    case "CANCEL", "AUTO_RENEW_OFF" -> {
                        if (took(write, action)) {
                            cancelled.add(write.target());
                        }
                    }
                    case "REACTIVATE" -> {
                        if (took(write, action)) {
                            suspended.remove(write.target());
                            cancelled.remove(write.target());
                        }
                    }
                    default -> {
                        // nothing of a subscription's state
                    }
                }
            }
        }
        return WayBack.lost(suspended, cancelled, seen).stream()
                .map(one -> Map.<String, Object>of(
                        "name",
                        PageText.line(one.name()),
                        "id",
                        PageText.line(one.id()),
                        "until",
                        PageText.line(one.until()),
                        "gone",
                        !one.again()))
                .toList();
    }

    /**
     * What had no answer counts where it was seen afterwards. A removal's effects are confirmed, or there was no certificate: whatever was
     * found right after it was lost, it is shown.
     */
    private static boolean took(RecordedWrite write, String action) {
        return switch (action) {
            case "SUSPEND", "CANCEL", "AUTO_RENEW_OFF" -> write.tookEffect(action);
            case "REMOVE" -> "DONE".equals(write.result()) || "LOST".equals(write.result());
            default -> "DONE".equals(write.result());
        };
    }

    private static List<Map<String, Object>> effects(CertifiedCase it, Set<String> own, PageTime time) {
        List<Map<String, Object>> effects = new ArrayList<>();
        it.effects()
                .forEach((effect, reading) -> effects.add(Map.of(
                        "what", EFFECTS.getOrDefault(effect, effect),
                        "at", time.moment(JsonText.of(reading.path("at"))),
                        "proof", ownOnly(inPlainWords(PageText.story(JsonText.of(reading.path("proof")))), own))));
        return effects;
    }

    /** How the reseller's own tables are named is nobody else's business. */
    private static String inPlainWords(String proof) {
        String plain = proof;
        for (Map.Entry<String, String> table : TABLES.entrySet()) {
            plain = plain.replace(table.getKey(), table.getValue());
        }
        return plain;
    }

    private static List<Map<String, Object>> events(CertifiedCase it, PageTime time) {
        return it.events().stream()
                .map(recorded -> Map.<String, Object>of(
                        "sequence",
                        recorded.event().sequence(),
                        "at",
                        time.moment(recorded.event().at()),
                        "what",
                        what(recorded.event()),
                        "run",
                        recorded.event().runId(),
                        "hash",
                        recorded.hash()))
                .toList();
    }

    /** In so few words that the hash is beside them on paper. */
    private static String what(AuditEvent event) {
        String action = String.valueOf(event.action());
        String verb = VERBS.getOrDefault(action, action.toLowerCase(Locale.ROOT));
        return switch (event.kind()) {
            case "RECEIVED" -> "listed";
            case "DECIDED" -> "read, decided";
            case "FOUND_UNCHANGED" -> "read, unchanged";
            case "INTENT" -> "about to " + verb;
            case "OUTCOME" -> "outcome: " + verb;
            case "VERIFIED" -> "read back";
            case "CASE" -> "recorded";
            default -> event.kind().toLowerCase(Locale.ROOT);
        };
    }

    /** Ids that are this customer's, and those of the requests that were made for it. */
    private static Set<String> own(CertifiedCase it, UUID customerId) {
        Set<String> own = new HashSet<>();
        own.add(customerId.toString());
        for (AuditEvents.OfCustomer recorded : it.events()) {
            AuditEvent event = recorded.event();
            for (RecordedWrite write : event.writes()) {
                own.add(write.target().toLowerCase(Locale.ROOT));
                if (write.correlationId() != null) {
                    own.add(write.correlationId().toLowerCase(Locale.ROOT));
                }
            }
            for (JsonNode subscription :
                    ReportJson.MAPPER.readTree(event.data()).path("seen").path("subscriptions")) {
                own.add(String.valueOf(JsonText.of(subscription.path("id"))).toLowerCase(Locale.ROOT));
            }
        }
        return own;
    }

    /** A proof may name the customer that could be read at the same time, to show that reading works. */
    private static String ownOnly(String text, Set<String> own) {
        return GUID.matcher(text)
                .replaceAll(id -> own.contains(id.group().toLowerCase(Locale.ROOT)) ? id.group() : "(another id)");
    }

    /** Of the run that closed the case; null where its report is not at hand. */
    private @Nullable String manifest(CertifiedCase it) {
        Path manifest = ReportFolder.of(reports, it.job(), it.closedRun()).resolve("manifest.json");
        try {
            return JsonText.of(ReportJson.MAPPER
                    .readTree(RegularFile.bytes(manifest, Manifest.MOST_BYTES))
                    .path("manifest_sha256"));
        } catch (IOException | tools.jackson.core.JacksonException unreadable) {
            return null;
        }
    }

    private static String resource(String name) {
        try (InputStream in = Certificates.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
