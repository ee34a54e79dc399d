//! Table of all actions, by Paragon's names.

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::{
    account::Account, answer::Answer, create_folder, delete_folder, get_file, get_folder, list_files,
    move_folder, parameters, save_file, search_folders,
};

/// An action.
pub(crate) struct Action {
    /// Its name.
    pub(crate) name: &'static str,
    /// Description, for people and for models that choose by it.
    description: &'static str,
    /// The JSON Schema of its parameters.
    schema: fn() -> Value,
    /// Reads the parameters and does the action.
    pub(crate) run: for<'a> fn(Value, &'a Account<'a>) -> BoxFuture<'a, Answer>,
}

macro_rules! action {
    ($name:literal, $module:ident::$parameters:ident, $description:literal) => {
        Action {
            name: $name,
            description: $description,
            schema: parameters::schema::<$module::$parameters>,
            run: |given, account| {
                Box::pin(async move { $module::run(parameters::read(given)?, account).await })
            },
        }
    };
}

/// All actions.
static ACTIONS: [Action; 9] = [
    action!(
        "DROPBOX_SAVE_FILE",
        save_file::SaveFile,
        "Save a file: from bytes, from an https address, or from an object of the bucket."
    ),
    action!(
        "DROPBOX_GET_FILE_BY_NAME",
        get_file::GetFile,
        "Get a file by its name in a folder: its bytes, a link to them, or its metadata."
    ),
    action!(
        "DROPBOX_DOWNLOAD_FILE",
        get_file::GetFile,
        "Download a file by its path, its id or its name: its bytes, a link to them, or its metadata."
    ),
    action!(
        "DROPBOX_LIST_FILES",
        list_files::ListFiles,
        "List the files and folders in a folder, page by page."
    ),
    action!("DROPBOX_CREATE_FOLDER", create_folder::CreateFolder, "Create a folder."),
    action!(
        "DROPBOX_MOVE_FOLDER",
        move_folder::MoveFolder,
        "Move or rename a folder with all that is in it."
    ),
    action!("DROPBOX_GET_FOLDER_BY_ID", get_folder::GetFolder, "Get a folder's metadata by its id."),
    action!(
        "DROPBOX_SEARCH_FOLDERS",
        search_folders::SearchFolders,
        "Search for folders by name, page by page. What is new is found only after a while."
    ),
    action!("DROPBOX_DELETE_FOLDER", delete_folder::DeleteFolder, "Delete a folder with all that is in it."),
];

/// Returns the action with this name.
pub(crate) fn find(name: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| action.name == name)
}

/// Returns the name of each action and the JSON Schema of its parameters, for those who check what will call it.
pub fn catalog() -> impl Iterator<Item = (&'static str, Value)> {
    ACTIONS.iter().map(|action| (action.name, (action.schema)()))
}

/// Lists all actions with the schemas of their parameters, in the form of a model's functions, as Paragon's
/// clients expect it.
pub(crate) fn list() -> Value {
    ACTIONS.iter().map(Action::described).collect()
}

impl Action {
    fn described(&self) -> Value {
        json!({
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.description,
                "parameters": (self.schema)(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_has_a_name_of_its_own_and_a_schema_that_describes_each_parameter() {
        let names: BTreeSet<&str> = ACTIONS.iter().map(|action| action.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        for action in &ACTIONS {
            assert!(find(action.name).is_some());
            let schema = (action.schema)();
            assert_eq!((&schema["type"], &schema["additionalProperties"]), (&json!("object"), &json!(false)));
            for (name, parameter) in schema["properties"].as_object().unwrap() {
                assert!(parameter["description"].is_string(), "{} {name}: {parameter}", action.name);
            }
        }
    }
}
