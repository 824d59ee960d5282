// Counts the allocations of this program.
#ifndef GROUPRING_TESTS_HASHING_ALLOCATIONS_H_
#define GROUPRING_TESTS_HASHING_ALLOCATIONS_H_

#include <cstddef>

namespace groupring::hashing {

// Calls of operator new of the calling thread so far.
size_t Allocations();

}  // namespace groupring::hashing

#endif  // GROUPRING_TESTS_HASHING_ALLOCATIONS_H_
