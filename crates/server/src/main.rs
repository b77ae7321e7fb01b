//! The `samtal` program.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match samtal_server::cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("samtal: {error}");
            ExitCode::FAILURE
        }
    }
}
