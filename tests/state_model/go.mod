module nacre/statemodel

go 1.19
