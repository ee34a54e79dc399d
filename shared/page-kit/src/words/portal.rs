//! Words of the portal and of the windows in which accounts are connected.

use super::Plural;
use crate::Language;

/// Texts of the portal and of its windows. `{name}` is a placeholder.
#[derive(Debug)]
#[allow(missing_docs, reason = "the English table says what each of them is")]
pub struct PortalWords {
    pub wait_title: &'static str,
    pub wait_text: &'static str,
    pub late_text: &'static str,
    pub refused_text: &'static str,
    pub signed_out_text: &'static str,
    pub origin_text: &'static str,
    pub closes_text: &'static str,
    pub connect_text: &'static str,
    pub consent_point: &'static str,
    pub leave_point: &'static str,
    pub connect_button: &'static str,
    pub close: &'static str,
    pub window_title: &'static str,
    pub window_text: &'static str,
    pub reopen: &'static str,
    pub account: &'static str,
    pub since: &'static str,
    pub synced: &'static str,
    pub chosen: &'static str,
    pub blocked_title: &'static str,
    pub blocked_text: &'static str,
    pub again: &'static str,
    pub settings: &'static str,
    pub save: &'static str,
    pub saved: &'static str,
    pub chosen_count: Plural,
}

/// Returns the words of the portal in a language.
#[must_use]
pub const fn portal_words(language: Language) -> &'static PortalWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
        Language::Japanese => &JAPANESE,
        Language::Portuguese => &PORTUGUESE,
    }
}

static ENGLISH: PortalWords = PortalWords {
    wait_title: "One moment",
    wait_text: "The application is preparing the connection.",
    late_text: "The application does not go on. Close this window and connect again there.",
    refused_text: "The application could not begin to connect. Close this window and try again there.",
    signed_out_text: "You are no longer signed in to the application. Close this window, sign in there and connect again.",
    origin_text: "The application’s address is not registered here. Its developers can add it to the project’s origins.",
    closes_text: "This window closes by itself.",
    connect_text: "{app} will be able to work with your files.",
    consent_point: "Dropbox asks for your consent in a window of its own.",
    leave_point: "You can disconnect here at any time.",
    connect_button: "Connect Dropbox",
    close: "Close",
    window_title: "Continue in the window",
    window_text: "Dropbox asks for your consent there. When you are done, it goes on here by itself.",
    reopen: "Open the window again",
    account: "Account",
    since: "Connected",
    synced: "Last synced",
    chosen: "Chosen",
    blocked_title: "Your browser blocked the window",
    blocked_text: "Allow windows of this page, and try again.",
    again: "Try again",
    settings: "Settings",
    save: "Save",
    saved: "Saved",
    chosen_count: Plural { one: "{n} file or folder", other: "{n} files and folders" },
};

static GERMAN: PortalWords = PortalWords {
    wait_title: "Einen Moment",
    wait_text: "Die App bereitet die Verbindung vor.",
    late_text: "Die App macht nicht weiter. Schließen Sie dieses Fenster und beginnen Sie dort noch einmal.",
    refused_text: "Die App konnte die Verbindung nicht beginnen. Schließen Sie dieses Fenster und versuchen Sie es dort noch einmal.",
    signed_out_text: "Sie sind in der App nicht mehr angemeldet. Schließen Sie dieses Fenster, melden Sie sich dort an und verbinden Sie noch einmal.",
    origin_text: "Die Adresse der App ist hier nicht registriert. Ihre Entwickler können sie zu den Origins des Projekts hinzufügen.",
    closes_text: "Dieses Fenster schließt sich von selbst.",
    connect_text: "{app} kann dann mit Ihren Dateien arbeiten.",
    consent_point: "Dropbox bittet in einem eigenen Fenster um Ihre Zustimmung.",
    leave_point: "Sie können die Verbindung hier jederzeit trennen.",
    connect_button: "Dropbox verbinden",
    close: "Schließen",
    window_title: "Weiter im Fenster",
    window_text: "Dort bittet Dropbox um Ihre Zustimmung. Danach geht es hier von selbst weiter.",
    reopen: "Fenster noch einmal öffnen",
    account: "Konto",
    since: "Verbunden",
    synced: "Zuletzt synchronisiert",
    chosen: "Ausgewählt",
    blocked_title: "Ihr Browser hat das Fenster blockiert",
    blocked_text: "Erlauben Sie Fenster für diese Seite und versuchen Sie es noch einmal.",
    again: "Noch einmal versuchen",
    settings: "Einstellungen",
    save: "Speichern",
    saved: "Gespeichert",
    chosen_count: Plural { one: "{n} Datei oder Ordner", other: "{n} Dateien und Ordner" },
};

static FRENCH: PortalWords = PortalWords {
    wait_title: "Un instant",
    wait_text: "L’application prépare la connexion.",
    late_text: "L’application ne répond pas. Fermez cette fenêtre et recommencez depuis l’application.",
    refused_text: "L’application n’a pas pu lancer la connexion. Fermez cette fenêtre et réessayez depuis l’application.",
    signed_out_text: "Vous n’êtes plus connecté à l’application. Fermez cette fenêtre, identifiez-vous dans l’application et recommencez.",
    origin_text: "L’adresse de l’application n’est pas enregistrée ici. Ses développeurs peuvent l’ajouter aux origines du projet.",
    closes_text: "Cette fenêtre se ferme d’elle-même.",
    connect_text: "Ensuite, {app} pourra utiliser vos fichiers.",
    consent_point: "Dropbox vous demande votre accord dans une fenêtre séparée.",
    leave_point: "Vous pouvez vous déconnecter ici à tout moment.",
    connect_button: "Connecter Dropbox",
    close: "Fermer",
    window_title: "Continuez dans la fenêtre",
    window_text: "Dropbox vous y demande votre accord. La suite s’affichera ici d’elle-même.",
    reopen: "Rouvrir la fenêtre",
    account: "Compte",
    since: "Connecté",
    synced: "Dernière synchronisation",
    chosen: "Sélection",
    blocked_title: "Votre navigateur a bloqué la fenêtre",
    blocked_text: "Autorisez les fenêtres pour cette page, puis réessayez.",
    again: "Réessayer",
    settings: "Paramètres",
    save: "Enregistrer",
    saved: "Enregistré",
    chosen_count: Plural { one: "{n} fichier ou dossier", other: "{n} fichiers et dossiers" },
};

static SPANISH: PortalWords = PortalWords {
    wait_title: "Un momento",
    wait_text: "La aplicación está preparando la conexión.",
    late_text: "La aplicación no responde. Cierre esta ventana y empiece de nuevo desde la aplicación.",
    refused_text: "La aplicación no pudo iniciar la conexión. Cierre esta ventana e inténtelo de nuevo desde la aplicación.",
    signed_out_text: "Su sesión en la aplicación ha terminado. Cierre esta ventana, inicie sesión allí y vuelva a conectar.",
    origin_text: "La dirección de la aplicación no está registrada aquí. Sus desarrolladores pueden añadirla a los orígenes del proyecto.",
    closes_text: "Esta ventana se cierra sola.",
    connect_text: "A continuación, {app} podrá usar sus archivos.",
    consent_point: "Dropbox solicita su consentimiento en una ventana aparte.",
    leave_point: "Puede desconectarse aquí en cualquier momento.",
    connect_button: "Conectar Dropbox",
    close: "Cerrar",
    window_title: "Continúe en la ventana",
    window_text: "Dropbox solicita allí su consentimiento. Después, aquí se continúa automáticamente.",
    reopen: "Abrir de nuevo la ventana",
    account: "Cuenta",
    since: "Conectado",
    synced: "Última sincronización",
    chosen: "Selección",
    blocked_title: "Su navegador bloqueó la ventana",
    blocked_text: "Permita las ventanas de esta página e inténtelo de nuevo.",
    again: "Intentar de nuevo",
    settings: "Ajustes",
    save: "Guardar",
    saved: "Guardado",
    chosen_count: Plural { one: "{n} archivo o carpeta", other: "{n} archivos y carpetas" },
};

static JAPANESE: PortalWords = PortalWords {
    wait_title: "少々お待ちください",
    wait_text: "アプリが接続を準備しています。",
    late_text: "アプリから応答がありません。このウインドウを閉じて、アプリからやり直してください。",
    refused_text: "アプリが接続を開始できませんでした。このウインドウを閉じて、アプリからもう一度お試しください。",
    signed_out_text: "アプリからサインアウトしています。このウインドウを閉じ、アプリにサインインしてからもう一度接続してください。",
    origin_text: "アプリのアドレスがここに登録されていません。開発者がプロジェクトのオリジンに追加できます。",
    closes_text: "このウインドウは自動的に閉じます。",
    connect_text: "接続すると、{app}でファイルを利用できるようになります。",
    consent_point: "Dropboxが別のウインドウで同意を求めます。",
    leave_point: "いつでもここで接続を解除できます。",
    connect_button: "Dropboxを接続",
    close: "閉じる",
    window_title: "ウインドウで続けてください",
    window_text: "そこでDropboxが同意を求めます。完了すると、ここは自動的に進みます。",
    reopen: "ウインドウをもう一度開く",
    account: "アカウント",
    since: "接続日時",
    synced: "最終同期",
    chosen: "選択",
    blocked_title: "ブラウザがウインドウをブロックしました",
    blocked_text: "このページのウインドウを許可して、もう一度お試しください。",
    again: "もう一度試す",
    settings: "設定",
    save: "保存",
    saved: "保存しました",
    chosen_count: Plural {
        one: "{n}件のファイルまたはフォルダ", other: "{n}件のファイルとフォルダ"
    },
};

static PORTUGUESE: PortalWords = PortalWords {
    wait_title: "Um momento",
    wait_text: "O aplicativo está preparando a conexão.",
    late_text: "O aplicativo não responde. Feche esta janela e comece de novo no aplicativo.",
    refused_text: "O aplicativo não conseguiu iniciar a conexão. Feche esta janela e tente de novo no aplicativo.",
    signed_out_text: "Sua sessão no aplicativo terminou. Feche esta janela, entre de novo no aplicativo e refaça a conexão.",
    origin_text: "O endereço do aplicativo não está registrado aqui. Os desenvolvedores podem adicioná-lo às origens do projeto.",
    closes_text: "Esta janela se fecha sozinha.",
    connect_text: "Em seguida, {app} poderá usar seus arquivos.",
    consent_point: "O Dropbox pede seu consentimento em outra janela.",
    leave_point: "Você pode desconectar aqui a qualquer momento.",
    connect_button: "Conectar o Dropbox",
    close: "Fechar",
    window_title: "Continue na janela",
    window_text: "O Dropbox pede seu consentimento nela. Depois, esta página continua sozinha.",
    reopen: "Abrir a janela de novo",
    account: "Conta",
    since: "Conectado",
    synced: "Última sincronização",
    chosen: "Seleção",
    blocked_title: "Seu navegador bloqueou a janela",
    blocked_text: "Permita janelas desta página e tente de novo.",
    again: "Tentar de novo",
    settings: "Configurações",
    save: "Salvar",
    saved: "Salvo",
    chosen_count: Plural { one: "{n} arquivo ou pasta", other: "{n} arquivos e pastas" },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::places;

    #[test]
    fn every_language_names_the_same_values() {
        for language in Language::ALL {
            let own = portal_words(language);
            assert_eq!(places(own.connect_text), ["app"], "{language:?}");
            assert_eq!(places(own.chosen_count.one), ["n"], "{language:?}");
            assert_eq!(places(own.chosen_count.other), ["n"], "{language:?}");
            let shown = format!("{own:?}");
            assert_eq!(shown.matches('{').count(), 5, "no other text has a value: {shown}");
        }
    }
}
