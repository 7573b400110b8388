package dev.headway.local;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.MessageAttribute;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** Messages as SQS hands them out, made into the event that Lambda hands to a function. */
final class SqsEvents {
  private SqsEvents() {}

  static SQSEvent of(List<Message> messages, String queueName) {
    var arn = "arn:aws:sqs:%s:000000000000:%s".formatted(LocalAws.REGION.id(), queueName);
    var event = new SQSEvent();
    event.setRecords(messages.stream().map(message -> of(message, arn)).toList());
    return event;
  }

  private static SQSMessage of(Message message, String arn) {
    var body = new SQSMessage();
    body.setMessageId(message.messageId());
    body.setReceiptHandle(message.receiptHandle());
    body.setBody(message.body());
    body.setMd5OfBody(message.md5OfBody());
    body.setMd5OfMessageAttributes(message.md5OfMessageAttributes());
    body.setAttributes(message.attributesAsStrings());
    body.setMessageAttributes(
        message.messageAttributes().entrySet().stream()
            .collect(Collectors.toMap(entry -> entry.getKey(), entry -> of(entry.getValue()))));
    body.setEventSource("aws:sqs");
    body.setEventSourceArn(arn);
    body.setAwsRegion(LocalAws.REGION.id());
    return body;
  }

  private static MessageAttribute of(MessageAttributeValue value) {
    var attribute = new MessageAttribute();
    attribute.setDataType(value.dataType());
    attribute.setStringValue(value.stringValue());
    if (value.binaryValue() != null) {
      attribute.setBinaryValue(value.binaryValue().asByteBuffer());
    }
    return attribute;
  }
}
