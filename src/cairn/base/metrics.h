#pragma once
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace cairn {

/// A number that only rises. Cheap to copy; valid as long as its Metrics. Safe to call from any thread.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void add(double amount = 1);
  [[nodiscard]] double value() const;

 private:
  prometheus::Counter* counter_;
};

/// A number that rises and falls. As Counter otherwise.
class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void set(double value);
  void add(double amount);
  [[nodiscard]] double value() const;

 private:
  prometheus::Gauge* gauge_;
};

/// How values are spread over buckets. As Counter otherwise.
class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

/// All numbers of one instance, for Prometheus. Names are `cairn_…`, with the unit as Prometheus advises (`_seconds`,
/// `_bytes`,
/// `_total`); https://prometheus.io/docs/practices/naming/. The same name and labels give the same number. Labels have
/// few values: never an id or a name that a user chose.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  [[nodiscard]] Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `upper_bounds` rise; a last bucket without bound is added.
  [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& upper_bounds,
                                    const Labels& labels = {});

  /// The text format 0.0.4 that `GET /metrics` answers.
  [[nodiscard]] std::string text() const;

 private:
  struct Registry;
  std::unique_ptr<Registry> registry_;
};

}  // namespace cairn
