// A process that is out of file descriptors.
#ifndef GROUPRING_TESTS_SUPPORT_NO_DESCRIPTORS_H_
#define GROUPRING_TESTS_SUPPORT_NO_DESCRIPTORS_H_

#include <fcntl.h>
#include <sys/resource.h>

#include <vector>

#include "redis/base/file_descriptor.h"

namespace groupring::testing {

// Uses up the file descriptors of the process.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = 200;
    setrlimit(RLIMIT_NOFILE, &low);
    for (int fd; (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) {
      taken_.emplace_back(fd);
    }
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_;
  std::vector<FileDescriptor> taken_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_NO_DESCRIPTORS_H_
