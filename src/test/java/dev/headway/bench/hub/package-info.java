/**
 * What the hub costs, beside others in the same run: {@code ./headway bench hub|storm|slow|poll}.
 * Servers and readers are processes of their own; {@link dev.headway.bench.hub.HubBench} tells them
 * what to do over their standard input and reads the answers, a line each.
 */
package dev.headway.bench.hub;
