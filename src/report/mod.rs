//! The rows of judgement and the views on them.




