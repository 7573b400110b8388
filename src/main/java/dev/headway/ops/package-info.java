/** Health and metrics of a running service. May depend on Vert.x and Micrometer. */
@NullMarked
package dev.headway.ops;

import org.jspecify.annotations.NullMarked;
