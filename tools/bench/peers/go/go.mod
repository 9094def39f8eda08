module nacre/bench/go

go 1.25
