package dev.headway.http;

import dev.headway.api.Leads;
import dev.headway.api.Uploads;
import dev.headway.status.ProcessingStatus;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the routes work with.
 *
 * @param written takes the result of this node's own write before it is answered: {@code Hub::put}
 * @param databaseOutage tells an outage of the database among the failures that the ports throw, so
 *     that it is answered as one; anything else unknown is a fault of ours
 */
public record Ports(
    StatusSource statuses,
    StreamOpener streams,
    PollHolder polls,
    UploadLister lister,
    UploadsStreamOpener uploadsStreams,
    UnavailableStream unavailable,
    Consumer<ProcessingStatus> written,
    Cancellation cancellation,
    Uploads uploads,
    Leads leads,
    Predicate<Throwable> databaseOutage) {}
