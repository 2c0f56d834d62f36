#include "cairn/base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace cairn {

void Counter::add(double amount) { counter_->Increment(amount); }
double Counter::value() const { return counter_->Value(); }

void Gauge::set(double value) { gauge_->Set(value); }
void Gauge::add(double amount) { gauge_->Increment(amount); }
double Gauge::value() const { return gauge_->Value(); }

void Histogram::observe(double value) { histogram_->Observe(value); }

struct Metrics::Registry {
  prometheus::Registry families;
};

Metrics::Metrics() : registry_(std::make_unique<Registry>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return Counter(prometheus::BuildCounter().Name(name).Help(help).Register(registry_->families).Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return Gauge(prometheus::BuildGauge().Name(name).Help(help).Register(registry_->families).Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const std::vector<double>& upper_bounds,
                             const Labels& labels) {
  return Histogram(prometheus::BuildHistogram().Name(name).Help(help).Register(registry_->families).Add(labels, upper_bounds));
}

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(registry_->families.Collect()); }

}  // namespace cairn
