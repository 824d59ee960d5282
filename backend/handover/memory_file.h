// Bytes in a file that exists in memory only: they travel as a descriptor,
// whatever their number.
#ifndef GROUPRING_BACKEND_HANDOVER_MEMORY_FILE_H_
#define GROUPRING_BACKEND_HANDOVER_MEMORY_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

absl::StatusOr<FileDescriptor> MakeMemoryFile(std::string_view bytes);

// Reads the whole file, whatever its file offset is. kInvalidArgument: it is
// not a regular file.
absl::StatusOr<std::string> ReadMemoryFile(int fd);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_MEMORY_FILE_H_
