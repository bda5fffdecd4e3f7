using Gatehouse.UserTool;

using var network = new HttpClientHandler { AllowAutoRedirect = false };
return await new UserCommands(network, Environment.GetEnvironmentVariable).InvokeAsync(args, Console.Out, Console.Error, CancellationToken.None);
