// Attributes that compilers other than Clang do not know, and the mark of what the library exports.
#pragma once

#if defined(__clang__)
// The result, or the object under construction, borrows from this parameter.
#define NACRE_LIFETIMEBOUND [[clang::lifetimebound]]
// A type that borrows the bytes it names, as std::span does.
#define NACRE_VIEW [[gsl::Pointer(std::uint8_t)]]
#else
#define NACRE_LIFETIMEBOUND
#define NACRE_VIEW
#endif

#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::nonallocating)
// A function that allocates nothing and takes no lock, which Clang 20 and newer check.
#define NACRE_NONALLOCATING [[clang::nonallocating]]
#endif
#endif
#if !defined(NACRE_NONALLOCATING)
#define NACRE_NONALLOCATING
#endif

// A variable that the compiler does not zero where it zeroes the others
// (-ftrivial-auto-var-init=zero): its constructor knows what of it is read.
#define NACRE_UNINITIALIZED __attribute__((uninitialized))

// Everything else in the library is hidden.
#define NACRE_API [[gnu::visibility("default")]]
