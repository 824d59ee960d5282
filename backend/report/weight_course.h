// Weights of names that change gradually, as an operator sees them.
#ifndef GROUPRING_BACKEND_REPORT_WEIGHT_COURSE_H_
#define GROUPRING_BACKEND_REPORT_WEIGHT_COURSE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "backend/snapshot/snapshot.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// A course that has not ended, of names with the same groups and weights.
struct RunningCourse {
  std::string name;  // the first of them
  size_t names = 0;
  double progress = 0;  // the part of all clients that goes by the new weights
  int64_t end = 0;      // unix seconds
  std::shared_ptr<const redis::GroupList> groups;
};

// Of the ring of a name with these groups; nothing if none is running.
std::optional<RunningCourse> CourseOf(
    const RingView& view, const std::string& name,
    const std::shared_ptr<const redis::GroupList>& groups, int64_t unix_millis);

// Sorted by name.
std::vector<RunningCourse> RunningCourses(const Snapshot& snapshot,
                                          int64_t unix_millis);

// "37% of the clients go by the new weights, all at 2026-10-07T13:12:03Z".
std::string CourseProgressWords(double progress, int64_t end_unix_seconds);

// "groupring balance ftp.example.org --weights g1=100,g2=50 --apply": the
// weights before, at once.
std::string CourseUndo(const std::string& name, const redis::GroupList& groups);

// "ftp.example.org and 2 more names".
std::string CourseNames(const RunningCourse& course);

// "ftp.example.org and 2 more names: g1 100 to 120, …; 37% of …; to undo: …".
std::string CourseWords(const RunningCourse& course);

nlohmann::ordered_json CoursesJson(const std::vector<RunningCourse>& courses);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_WEIGHT_COURSE_H_
