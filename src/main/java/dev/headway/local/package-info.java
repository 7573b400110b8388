/**
 * The embedded stack for one machine: DynamoDB Local, ElasticMQ and S3Proxy, the Lambda
 * invocations, the stand-in for the language model and the development tokens. Everything listens
 * on 127.0.0.1 only. Calls block; invocations and the model run on virtual threads. May depend on
 * everything; nothing depends on it but the root.
 */
@NullMarked
package dev.headway.local;

import org.jspecify.annotations.NullMarked;
