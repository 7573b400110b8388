/**
 * Clients that others wrote, and proxies that others wrote, each following an upload to its end
 * through connections that are cut. docs/clients.md is what came out.
 */
@NullMarked
package dev.headway.clients;

import org.jspecify.annotations.NullMarked;
