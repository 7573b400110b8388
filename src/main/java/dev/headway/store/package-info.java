/**
 * DynamoDB: the tables, the item codec and {@code ProcessingStatusService}, the only writer of the
 * status table. Blocking calls belong on virtual threads or in a Lambda; the asynchronous reader
 * may be used from an event loop. May depend on {@code status} and the AWS SDK.
 */
@NullMarked
package dev.headway.store;

import org.jspecify.annotations.NullMarked;
