//! How much of the text that a device wrote may go on.

crate::enumeration::closed_enumeration! {
    /// How much of a device's free text passes.
    ///
    /// Panel lines and alert texts can carry the name of a user or of a document; descriptions, host name and location
    /// are written by administrators. Model, serial and part numbers always pass.
    #[derive(Default)]
    pub enum TextPolicy {
        /// No text that the device or its administrator wrote.
        Codes = 0 "codes",
        /// Panel lines and alert texts only where every word is a printer's word.
        #[default]
        Known = 1 "known",
        /// Everything.
        Full = 2 "full",
    }
}
