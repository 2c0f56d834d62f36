#include "cairn/base/time.h"

namespace cairn {

Instant SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string format_rfc3339(Instant when) {
  using namespace std::chrono;
  const auto day = floor<days>(when);
  const year_month_day date{day};
  const hh_mm_ss time{floor<milliseconds>(when - day)};
  std::string text = "0000-00-00T00:00:00.000Z";
  // Lists have two of them in each item: by fmt they were a seventh of what a list costs.
  const auto put = [&](std::size_t first, std::size_t digits, auto value) {
    auto rest = static_cast<unsigned long>(value);
    for (auto at = first + digits; at-- > first; rest /= 10) text[at] = static_cast<char>('0' + rest % 10);
  };
  put(0, 4, static_cast<int>(date.year()));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, time.hours().count());
  put(14, 2, time.minutes().count());
  put(17, 2, time.seconds().count());
  put(20, 3, time.subseconds().count());
  return text;
}

namespace {

// Takes exactly so many digits off the front; -1 if there are fewer.
int take_number(std::string_view& text, std::size_t digits) {
  const auto front = text.substr(0, digits);
  if (front.size() < digits || front.find_first_not_of("0123456789") != std::string_view::npos) return -1;
  text.remove_prefix(digits);
  int number = 0;
  for (const char c : front) number = number * 10 + (c - '0');
  return number;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

// `.123`, as microseconds; -1 if a dot has no digits behind it.
int take_fraction(std::string_view& text) {
  if (!take(text, ".")) return 0;
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  if (digits.empty()) return -1;
  text.remove_prefix(digits.size());
  std::string six(digits.substr(0, 6));
  six.resize(6, '0');
  std::string_view rest = six;
  return take_number(rest, 6);
}

// `Z`, `+01:00`; nothing if it is neither.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take(text, "Zz")) return std::chrono::minutes(0);
  const bool west = text.starts_with('-');
  if (!take(text, "+-")) return std::nullopt;
  const int hours = take_number(text, 2);
  const int minutes = take(text, ":") ? take_number(text, 2) : -1;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return west ? -offset : offset;
}

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const int y = take_number(text, 4);
  const int m = take(text, "-") ? take_number(text, 2) : -1;
  const int d = take(text, "-") ? take_number(text, 2) : -1;
  const int hour = take(text, "Tt ") ? take_number(text, 2) : -1;
  const int minute = take(text, ":") ? take_number(text, 2) : -1;
  const int second = take(text, ":") ? take_number(text, 2) : -1;
  const int fraction = take_fraction(text);
  const auto offset = take_offset(text);
  if (y < 1 || m < 0 || d < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 ||
      fraction < 0 || !offset || !text.empty())
    return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  const Instant when = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + microseconds(fraction) - *offset;
  const auto in_utc = year_month_day(floor<days>(when)).year();  // so that what was read can be written
  if (in_utc < year(1) || in_utc > year(9999)) return std::nullopt;
  return when;
}

}  // namespace cairn
