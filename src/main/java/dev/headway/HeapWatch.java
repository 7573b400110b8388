package dev.headway;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Knows how much of the heap was still taken after the last collection, which is about what is
 * needed: what is taken at any other moment is mostly garbage. Any thread.
 */
final class HeapWatch implements NotificationListener, AutoCloseable {
  private final long most = Runtime.getRuntime().maxMemory();
  private final Set<String> heapPools = new HashSet<>();
  private final List<NotificationEmitter> collectors;
  private volatile double taken;

  HeapWatch() {
    ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .forEach(pool -> heapPools.add(pool.getName()));
    collectors =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(NotificationEmitter.class::isInstance)
            .map(NotificationEmitter.class::cast)
            .toList();
    collectors.forEach(collector -> collector.addNotificationListener(this, null, null));
  }

  /** The share of the heap that was taken after the last collection, 0 to 1; 0 before the first. */
  double taken() {
    return taken;
  }

  @Override
  public void handleNotification(Notification notification, Object handback) {
    if (notification
            .getType()
            .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)
        && notification.getUserData() instanceof CompositeData data) {
      after(GarbageCollectionNotificationInfo.from(data).getGcInfo().getMemoryUsageAfterGc());
    }
  }

  private void after(Map<String, MemoryUsage> pools) {
    long used =
        pools.entrySet().stream()
            .filter(pool -> heapPools.contains(pool.getKey()))
            .mapToLong(pool -> pool.getValue().getUsed())
            .sum();
    taken = (double) used / most;
  }

  @Override
  public void close() {
    for (NotificationEmitter collector : collectors) {
      try {
        collector.removeNotificationListener(this);
      } catch (ListenerNotFoundException e) {
        // Nothing is left to remove.
      }
    }
  }
}
