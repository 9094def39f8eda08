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

// Everything else in the library is hidden.
#define NACRE_API [[gnu::visibility("default")]]
