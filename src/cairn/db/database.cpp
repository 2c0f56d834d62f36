#include "cairn/db/database.h"

#include <pthread.h>

namespace cairn::db {

Database::Database(Driver& driver, Limits limits, Metrics& metrics, const Lane::Events& events)
    : is_sole_writer_(driver.is_sole_writer()) {
  writers_.resize(driver.writers());
  for (auto& writer : writers_) {
    writer.connection = driver.open_writer();
    writer.lane = std::make_unique<Lane>(*writer.connection, limits.lane, metrics, events);
  }
  for (std::size_t i = 0; i < limits.readers; ++i) idle_readers_.push_back(driver.open_reader());
  readers_ = std::make_unique<WorkerPool>(
      "db-read",
      WorkerPool::Limits{
          .threads = limits.own_threads ? limits.readers : 0, .queue = limits.lane.queue, .reserved = limits.reserved_reads},
      metrics);
  if (!limits.own_threads) return;
  for (auto& writer : writers_) {  // last: a constructor that throws leaves no thread behind
    writer.thread = std::thread([lane = writer.lane.get()] {
      pthread_setname_np(pthread_self(), "db-write");
      lane->run();
    });
  }
}

Database::~Database() {
  readers_.reset();
  for (auto& writer : writers_) writer.lane->stop();
  for (auto& writer : writers_)
    if (writer.thread.joinable()) writer.thread.join();
}

std::uint64_t Database::changes() const {
  std::uint64_t sum = 0;
  for (const auto& writer : writers_) sum += writer.lane->batches_ended();
  return sum;
}

bool Database::run_one() {
  for (auto& writer : writers_)
    if (writer.lane->run_batch() > 0) return true;
  return readers_->run_one();
}

Database::BorrowedReader::BorrowedReader(Database& database) : database_(database) {
  {
    const std::scoped_lock lock(database_.idle_readers_mutex_);
    connection_ = std::move(database_.idle_readers_.back());
    database_.idle_readers_.pop_back();
  }
  try {
    connection_->begin(Connection::Begin::kRead);
  } catch (...) {
    give_back();
    throw;
  }
}

void Database::BorrowedReader::give_back() {
  const std::scoped_lock lock(database_.idle_readers_mutex_);
  database_.idle_readers_.push_back(std::move(connection_));
}

Database::BorrowedReader::~BorrowedReader() {
  connection_->rollback();
  give_back();
}

}  // namespace cairn::db
