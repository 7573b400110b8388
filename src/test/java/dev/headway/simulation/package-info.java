/**
 * A deterministic simulation of the live path: the production workers and their writes, over a
 * DynamoDB, an S3 and an SQS in memory, with everything that may go wrong between them. One seed is
 * one schedule, always the same.
 *
 * <p>The workers are straight blocking code, so each runs on a virtual thread; but a baton goes
 * round: exactly one thread runs at any time, each stops at every call of a service, and the
 * scheduler, by its seed, says who goes on and what becomes of that call. Nothing runs at the same
 * time, nothing sleeps, and no real clock is read: what the threads do is therefore a function of
 * the seed alone.
 */
@NullMarked
package dev.headway.simulation;

import org.jspecify.annotations.NullMarked;
