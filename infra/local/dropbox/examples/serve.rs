use fake_dropbox::*;
#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let (data, dir, port) = (args.next().unwrap(), args.next().unwrap(), args.next().unwrap());
    let t = std::time::Instant::now();
    let fake = FakeDropbox::start(Settings {
        data: data.into(),
        accounts: vec![AccountSettings {
            name: "Ada Lovelace".into(),
            email: "ada@example.com".into(),
            directory: dir.into(),
        }],
        apps: vec![AppSettings {
            key: "k".into(),
            secret: "s".into(),
            name: "App".into(),
            redirect_uris: vec!["http://localhost/cb".into()],
            webhook: None,
            scopes: ["account_info.read", "files.metadata.read", "files.content.read", "files.content.write"]
                .map(String::from)
                .to_vec(),
        }],
        listen: format!("127.0.0.1:{port}").parse().unwrap(),
        clock: Clock::system(),
    })
    .await
    .unwrap();
    println!("up in {:?} at {}", t.elapsed(), fake.url());
    std::future::pending::<()>().await;
}
