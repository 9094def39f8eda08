// Boost.JSON and Boost.URL, compiled here, so that tlscli needs neither at run time.
#include <boost/json/src.hpp>
#include <boost/url/src.hpp>
