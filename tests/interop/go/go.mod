module nacre/interop

go 1.19
