/** The job file: one YAML file that says which list, which platform, which limits, when. Read and checked before anything else. */
@NullMarked
package dev.offboarding.jobfile;

import org.jspecify.annotations.NullMarked;
