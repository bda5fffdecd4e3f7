namespace Microsoft.Azure.Functions.Worker; public enum AuthorizationLevel { Anonymous }
