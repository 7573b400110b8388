/**
 * The stack on AWS, described with CDK. Synthesizes without an account, without credentials and
 * without Docker; only a deployment needs them. Knows nothing of the service's classes: what it
 * sets is held against {@code docs/configuration.md}, and that against the code.
 */
@NullMarked
package dev.headway.infra;

import org.jspecify.annotations.NullMarked;
