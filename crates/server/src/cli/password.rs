//! Where a password comes from: the terminal, a file or standard input. It is never an argument: arguments are seen by
//! everyone on the machine.

use super::Error;
use crate::auth::Passwords;
use clap::Args;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::PathBuf;

#[derive(Args)]
pub struct Source {
    /// Read the password from standard input, all of it but the line break at its end.
    #[arg(long, env = "SAMTAL_PASSWORD_STDIN", conflicts_with = "password_file")]
    password_stdin: bool,
    /// Read the password from a file, all of it but the line break at its end.
    #[arg(long, env = "SAMTAL_PASSWORD_FILE")]
    password_file: Option<PathBuf>,
}

impl Source {
    /// A password that may be set. On a terminal it is asked for twice, because it is not seen.
    pub fn read(&self, email: &str) -> Result<String, Error> {
        let mut text = String::new();
        if let Some(path) = &self.password_file {
            text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        } else if self.password_stdin || !std::io::stdin().is_terminal() {
            std::io::stdin().lock().read_to_string(&mut text)?;
        } else {
            let silence = Silence::begin();
            let password = twice(email, ask);
            drop(silence);
            return password;
        }
        acceptable(without_line_break(&text))
    }
}

fn acceptable(password: &str) -> Result<String, Error> {
    Passwords::acceptable(password).map_err(|refusal| refusal.sentence())?;
    Ok(password.to_owned())
}

fn twice(email: &str, mut ask: impl FnMut(&str) -> std::io::Result<String>) -> Result<String, Error> {
    let password = acceptable(&ask(&format!("Password for {email}: "))?)?;
    if ask("The same again: ")? != password {
        return Err("the two passwords are not the same, so none was set".into());
    }
    Ok(password)
}

fn ask(prompt: &str) -> std::io::Result<String> {
    eprint!("{prompt}");
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    // The one that was typed is not shown either.
    eprintln!();
    Ok(without_line_break(&line).to_owned())
}

fn without_line_break(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Keeps the terminal from showing what is typed; where that cannot be had, says so. Who breaks off with Ctrl-C gets
/// the terminal back as it was.
struct Silence;

impl Silence {
    fn begin() -> Self {
        tokio::spawn(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                Self::stty("echo");
                eprintln!();
                // As a shell says of a program that SIGINT ended.
                std::process::exit(130);
            }
        });
        if !Self::stty("-echo") {
            eprint!("(it will be shown) ");
        }
        Self
    }

    fn stty(how: &str) -> bool {
        std::process::Command::new("stty").arg(how).status().is_ok_and(|status| status.success())
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        Self::stty("echo");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(lines: &[&str]) -> (Result<String, String>, Vec<String>) {
        let (mut lines, mut prompts) = (lines.iter(), vec![]);
        let password = twice("asa@example.org", |prompt| {
            prompts.push(prompt.to_owned());
            Ok(lines.next().expect("asked no more often than that").to_string())
        });
        (password.map_err(|error| error.to_string()), prompts)
    }

    #[test]
    fn on_a_terminal_a_password_is_asked_for_twice() {
        let (password, prompts) = typed(&["a long secret", "a long secret"]);
        assert_eq!(password.as_deref(), Ok("a long secret"));
        assert_eq!(prompts, ["Password for asa@example.org: ", "The same again: "]);
        let (password, _) = typed(&["a long secret", "a lang secret"]);
        assert!(password.is_err_and(|why| why.contains("not the same") && !why.contains("secret")));
    }

    #[test]
    fn a_password_that_cannot_be_set_is_not_asked_for_again() {
        let (password, prompts) = typed(&["short"]);
        assert!(password.is_err_and(|why| why.contains("shorter than 8")));
        assert_eq!(prompts.len(), 1);
    }
}
