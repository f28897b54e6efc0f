//! What is asked: model architectures become operators with FLOPs and bytes, demand becomes curves by quarter.
