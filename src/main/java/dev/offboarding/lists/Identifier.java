package dev.offboarding.lists;

/** What, beside its id, may say that a customer is the one that is meant. */
public enum Identifier {
    DOMAIN,
    COMPANY_NAME
}
