/**
 * A stand-in for Microsoft Partner Center, its sign-in and Microsoft Graph: a real HTTP server with a state of its own
 * that is strict where Microsoft is strict, misbehaves as Microsoft does, and writes down every breach of protocol it
 * sees.
 */
@NullMarked
package dev.offboarding.standin;

import org.jspecify.annotations.NullMarked;
