#include "cairn/base/metrics.h"

namespace cairn {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, TheSameNameAndLabelsAreTheSameNumber) {
  Metrics metrics;
  metrics.counter("cairn_requests_total", "Requests", {{"status", "200"}}).add(2);
  metrics.counter("cairn_requests_total", "Requests", {{"status", "200"}}).add();
  metrics.counter("cairn_requests_total", "Requests", {{"status", "404"}}).add();
  EXPECT_THAT(metrics.text(), HasSubstr("cairn_requests_total{status=\"200\"} 3"));
  EXPECT_THAT(metrics.text(), HasSubstr("cairn_requests_total{status=\"404\"} 1"));
}

TEST(Metrics, GaugesFallAndHistogramsCount) {
  Metrics metrics;
  auto open = metrics.gauge("cairn_connections", "Open connections");
  open.add(3);
  open.add(-1);
  EXPECT_EQ(open.value(), 2);
  metrics.histogram("cairn_batch_changes", "Changes in a batch", {1, 8}).observe(5);
  EXPECT_THAT(metrics.text(), HasSubstr("cairn_batch_changes_bucket{le=\"8\"} 1"));
  EXPECT_THAT(metrics.text(), HasSubstr("cairn_batch_changes_bucket{le=\"1\"} 0"));
}

}  // namespace
}  // namespace cairn
