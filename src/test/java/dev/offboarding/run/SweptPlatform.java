package dev.offboarding.run;

/** The two platforms that runs are interfered with on. */
enum SweptPlatform {
    LEDGER {
        @Override
        Swept world(Scene scene, boolean listIsAQuery) {
            return new SweptLedger(scene, listIsAQuery);
        }
    },
    PARTNER_CENTER {
        @Override
        Swept world(Scene scene, boolean listIsAQuery) {
            return new SweptPartnerCenter(scene, listIsAQuery);
        }
    };

    abstract Swept world(Scene scene, boolean listIsAQuery);
}
