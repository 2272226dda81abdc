package dev.offboarding.report;

import org.junit.jupiter.api.Nested;

/** All that is tried in a browser, in one class and so in one JVM: to unpack and start a browser costs as much as most of these tests. */
class InBrowserTest {

    @Nested
    class ReportOfARun extends PageInBrowser {}

    @Nested
    class PageOfAllRuns extends IndexInBrowser {}

    @Nested
    class CertificateOfACustomer extends CertificateInBrowser {}
}
