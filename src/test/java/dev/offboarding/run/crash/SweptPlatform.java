package dev.offboarding.run.crash;

import dev.offboarding.run.Scene;

/** The two platforms that runs are interfered with on. */
public enum SweptPlatform {
    LEDGER {
        @Override
        public Swept world(Scene scene, boolean listIsAQuery) {
            return new SweptLedger(scene, listIsAQuery);
        }
    },
    PARTNER_CENTER {
        @Override
        public Swept world(Scene scene, boolean listIsAQuery) {
            return new SweptPartnerCenter(scene, listIsAQuery);
        }
    };

    public abstract Swept world(Scene scene, boolean listIsAQuery);
}
