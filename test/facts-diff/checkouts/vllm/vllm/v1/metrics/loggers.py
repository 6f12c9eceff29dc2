# Nothing is counted here.
