// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PollerTest {
  @Test
  void isWokenUpByAnotherThread() throws Exception {
    try (Poller poller = Poller.open()) {
      CountDownLatch started = new CountDownLatch(1);
      Thread waker =
          new Thread(
              () -> {
                try {
                  started.await();
                } catch (InterruptedException e) {
                  return;
                }
                poller.wakeUp();
              });
      waker.start();
      started.countDown();

      assertTrue(poller.await(-1));
      assertTrue(poller.isWokenUp());
      waker.join();
    }
  }

  @Test
  void keepsAWakeUpThatComesEarlyAndForgetsItOnceTold() throws Exception {
    try (Poller poller = Poller.open()) {
      poller.wakeUp();
      poller.wakeUp();

      assertTrue(poller.await(-1));
      assertTrue(poller.isWokenUp());
      assertFalse(poller.await(0));
      assertFalse(poller.isWokenUp());
    }
  }

  @Test
  void ignoresAWakeUpAfterItsEnd() throws Exception {
    Poller poller = Poller.open();
    poller.close();
    poller.close();
    poller.wakeUp();

    assertFalse(poller.await(0));
  }
}
