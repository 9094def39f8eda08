// On which cores this process may run.
#pragma once

#include <vector>

namespace nacre::tlscli {

// Those that the calling thread may run on, in order.
std::vector<int> allowed_cores();
// Keeps the calling thread, and the threads and processes that it starts, to one core. Makes no
// call but one to the kernel, so that it may stand between fork(2) and execve(2).
bool pin_to(int core);

}  // namespace nacre::tlscli
