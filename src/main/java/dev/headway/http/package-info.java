/**
 * The routes as a table of contents, one handler each; authentication, limits and the page. Runs on
 * event loops; blocking ports are called on virtual threads. May depend on {@code api}, {@code
 * status}, {@code hub}, {@code sse}, Vert.x Web, and on Netty where Vert.x has no way.
 */
@NullMarked
package dev.headway.http;

import org.jspecify.annotations.NullMarked;
